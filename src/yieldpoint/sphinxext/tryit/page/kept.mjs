// Programs that somebody has changed, kept in the browser where that may be.

/* Keeps a program. Where storage is switched off or full, nothing is kept. */
export function keep(storage, key, program) {
  try {
    window[storage].setItem(`yieldpoint:${key}`, JSON.stringify(program));
  } catch {
    // The page works without it.
  }
}

/* Returns what was kept, or null. */
export function kept(storage, key) {
  try {
    const program = JSON.parse(window[storage].getItem(`yieldpoint:${key}`));
    return [program.name, program.text, program.original].every((each) => typeof each === "string")
      ? program
      : null;
  } catch {
    return null;
  }
}
