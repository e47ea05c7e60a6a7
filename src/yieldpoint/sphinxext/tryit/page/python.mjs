// The page's one Python. Its worker starts with the first run, and runs take turns.

const GRACE = 1000; // milliseconds after Stop, until the worker is ended

const base = new URL(".", import.meta.url);
let python = null; // the worker, and the promise that it can run something
let turn = Promise.resolve();
let count = 0;

/* Starts Python, if it is not there. The promise fails with what went wrong. */
function start() {
  const worker = new Worker(new URL("worker.mjs", base), { type: "module", name: "Python" });
  const ready = new Promise((done, fail) => {
    worker.onmessage = ({ data }) => {
      if (data.type === "ready") done();
      if (data.type === "broken") fail(new Error(data.message));
    };
    worker.onerror = ({ message }) => fail(new Error(message ?? "worker.mjs"));
    // In another language than English, Python's side has its own file of texts.
    const texts = globalThis.TEXTS ? new URL("../texts.json", base).href : null;
    worker.postMessage({ type: "start", texts });
  });
  return { worker, ready };
}

/* Lets go of the worker; the next run starts another one. */
function drop() {
  python?.worker.terminate();
  python = null;
}

/* Runs a program as soon as no other one runs.

   `listen` is given what the worker says meanwhile, and {type: "waiting"},
   {type: "starting"} and {type: "running"}. `ended` fulfils with its last word. */
export class Run {
  #stop = null;
  #isStopped = false;

  constructor(job, listen) {
    this.id = ++count;
    listen({ type: "waiting" });
    this.ended = turn.then(() => this.#run(job, listen));
    turn = this.ended;
  }

  /* Interrupts the program. If it does not react in time, its worker goes. */
  stop() {
    this.#isStopped = true;
    this.#stop?.();
  }

  async #run(job, listen) {
    if (this.#isStopped) return { status: "stopped" };
    if (!python) listen({ type: "starting" });
    const stopped = new Promise((done) => (this.#stop = () => done("stopped")));
    try {
      python ??= start();
      if ((await Promise.race([python.ready, stopped])) !== "stopped") {
        listen({ type: "running" });
        return await this.#finish(python.worker, job, listen);
      }
      drop();
      return { status: "stopped" };
    } catch (error) {
      drop();
      return { status: "broken", note: error.message };
    }
  }

  /* Lets the worker run the program, and returns its last word. */
  #finish(worker, job, listen) {
    const stop = URL.createObjectURL(new Blob(["run"]));
    let timer = 0;
    return new Promise((done, fail) => {
      worker.onmessage = ({ data }) => {
        if (data.type === "broken") fail(new Error(data.message));
        else if (data.id === this.id && data.type === "done") done(data);
        else if (data.id === this.id) listen(data);
      };
      worker.onerror = ({ message }) => fail(new Error(message));
      this.#stop = () => {
        URL.revokeObjectURL(stop);
        timer ||= setTimeout(() => {
          drop();
          done({ status: "ended" });
        }, GRACE);
      };
      worker.postMessage({ type: "run", id: this.id, stop, ...job });
    }).finally(() => {
      clearTimeout(timer);
      URL.revokeObjectURL(stop);
    });
  }
}

/* Lets Python forget the names that a program has defined. */
export function forget(name) {
  python?.worker.postMessage({ type: "forget", name });
}
