// Elements, files, and what is loaded for them.

/* Returns an element. What is in it is text, never markup. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/* Saves a program as a file, where the browser saves what it downloads. */
export function save({ name, text }) {
  const href = URL.createObjectURL(new Blob([text], { type: "text/x-python" }));
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

/* Lets the page have a style sheet or a script of the site, once. */
const loading = new Map();
export function load(address) {
  if (!loading.has(address.href)) loading.set(address.href, fetched(address));
  return loading.get(address.href);
}

function fetched(address) {
  const isStyle = address.pathname.endsWith(".css");
  const known = [...document.querySelectorAll(isStyle ? "link" : "script")]
    .some((each) => (each.href ?? each.src).split("?")[0] === address.href);
  if (known) return Promise.resolve();
  const element = isStyle
    ? make("link", { rel: "stylesheet", href: address.href })
    : make("script", { src: address.href });
  return new Promise((done) => {
    element.onload = element.onerror = done;
    document.head.append(element);
  });
}
