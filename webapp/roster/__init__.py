"""Areas and offices, pensioners and their benefits, workbook import."""
