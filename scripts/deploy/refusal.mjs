// What stops a deployment and is nobody's bug: a setting, a login, an answer. Its message is all that
// the reader sees, so it says what to do next.

export class Refusal extends Error {
  name = "Refusal";
}
