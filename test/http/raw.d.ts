// Files that a test reads as text: the bundler hands them over, there is no disk in the runtime.
declare module "*?raw" {
  const text: string;
  export default text;
}
