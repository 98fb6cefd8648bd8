"""Pure decisions about lessons: facts in, verdict out."""
