"""What every answer shares: problems in words, headers, strict request bodies, keys of pages."""
