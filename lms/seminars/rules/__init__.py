"""Pure decisions about sessions held at a time: facts in, verdict out."""
