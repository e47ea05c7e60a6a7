from pathlib import Path
def line_of(prompt, path, line):
    for n, t in enumerate(path.read_text().splitlines(), 1):
        if n >= line and prompt in t: return n
    return line
