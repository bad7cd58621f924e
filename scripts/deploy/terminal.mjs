// Questions to the person at the terminal; a secret is not shown while it is typed.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/** `ask(question)` and `askHidden(question)`, or null when nobody is there to answer. */
export function openTerminal(input = process.stdin, output = process.stdout) {
  if (!input.isTTY || !output.isTTY || process.env.CI) return null;
  return {
    ask: (question) => ask(question, { input, output }),
    askHidden: async (question) => {
      output.write(question);
      const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
      const answer = await ask("", { input, output: silent });
      output.write("\n");
      return answer;
    },
  };
}

async function ask(question, { input, output }) {
  const lines = createInterface({ input, output, terminal: true });
  // Ctrl-C and Ctrl-D end the deployment, not only the question.
  lines.on("SIGINT", () => process.exit(130));
  let answered = false;
  lines.on("close", () => {
    if (!answered) process.exit(130);
  });
  const answer = await lines.question(question);
  answered = true;
  lines.close();
  return answer.trim();
}
