"""The rules as plain sentences, for people who review them: what each says, and whether somebody signed it.

`trees.review.meaning` gives the hash that a signature holds, `trees.review.standing` says what became of it;
`trees.review.whole` puts the report together, `trees.review.page` and `trees.review.printed` write it.
"""
