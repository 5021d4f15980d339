"""Where originals and their derivations are kept: a folder, memory or an S3-compatible store."""
