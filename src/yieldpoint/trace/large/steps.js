/* What each step is. */

const kindOf = (step) => words[steps.kind[step]];
const whatOf = (step) => words[steps.what[step]];
const laneOf = (step) => lanes[steps.lane[step]];
const functionOf = (step) => words[steps.function[step]] || laneOf(step).function;
const isSwitch = words.map((word) => data.kinds.switches.includes(word));
const holds = new Set(["started", "resumed", "line", "printed"]);
const isEnd = new Set(["returned", "raised", "cancelled", "closed"]);

/* Returns the changes of a step: names, each with a value, or null if it is gone. */
function changesOf(step) {
  const listed = steps.changed[steps.changes[step]] ?? [];
  const changes = [];
  for (let at = 0; at < listed.length; at += 2) {
    changes.push([words[listed[at]], words[listed[at + 1]] ?? null]);
  }
  return changes;
}

const assigned = ([name, value]) =>
  value === null ? translated("{name} is gone", { name }) : `${name} = ${value}`;

// The steps of each lane.
const stepsOf = lanes.map(() => []);
for (let step = 0; step < count; step += 1) stepsOf[steps.lane[step]].push(step);
const printed = [];
for (let step = 0; step < count; step += 1) if (steps.printed[step] >= 0) printed.push(step);

/* Returns where in a list of steps the last one is that is not behind a step. */
const lastUpTo = (list, step) => firstIndex(list.length, (at) => list[at] > step) - 1;
