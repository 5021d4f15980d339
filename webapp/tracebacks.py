"""Where an error came from, without the words of it."""


def place_of(error: BaseException) -> str:
    """Describe an error by its kind and its place only: its words may be about a person."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f" at {code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}"
