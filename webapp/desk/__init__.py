"""The desk's shell: navigation, the page of today, parts of every page, language."""
