"""The slides of the demonstration lectures, drawn: a pen, a stock of icons, and one file a lecture.

A lecture is a list of scenes. A scene covers as many caption cues as it says, and shows one more
part of its drawing when each of its cues begins; so picture and narration cannot drift apart.
Nothing here is needed to run the platform: the finished media are kept in `lms/demo/content/media`.
"""
