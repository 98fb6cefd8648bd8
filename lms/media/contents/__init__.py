"""What is inside an uploaded file, format by format. Every check raises `Refused` or is silent.

They read the file and run nothing of it; memory stays flat however large it is.
"""
