// Which messages the site explains. The list is loaded with the first message.

let listed = null;

/* Returns the headings: what a message must be like, how it is called, and where it is. */
function headings(root) {
  listed ??= fetch(new URL("_static/explained.json", root))
    .then((answer) => answer.json())
    .then((all) => all.map(([pattern, title, address]) => ({
      like: new RegExp(`^(?:[\\w.]+\\.)?${pattern}`),
      title,
      address: new URL(address, root),
    })))
    .catch(() => []);
  return listed;
}

/* Returns those that explain a line of a text, each once. */
export async function explanations(text, root) {
  // A group draws a frame around its tracebacks; a warning begins with its place.
  const bare = (line) => line.replace(/^[\s|+-]+/, "").replace(/^\S+:\d+: /, "");
  const lines = [...new Set(text.split("\n").map(bare))];
  const all = await headings(root);
  const found = lines.map((line) => all.find(({ like }) => like.test(line)));
  return [...new Set(found.filter(Boolean))];
}
