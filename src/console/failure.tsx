// What a person is told when the API refused or could not answer: its own words, every field at fault, and what
// to do next. One way for whole pages and one for a part of a page.

import type { FC } from "hono/jsx";
import type { ApiProblem } from "./api";
import type { ConsoleContext } from "./door";
import { page } from "./frame";
import { useHere } from "./here";
import type { Section } from "./sections";
import { Sentence } from "./sentence";

/** A page that could not be shown, with the status that the API gave. */
export function failurePage(
  c: ConsoleContext,
  problem: ApiProblem,
  section: Section | null,
): Response {
  return page(
    c,
    { title: problem.title, section, status: problem.status },
    <>
      <h1>{problem.title}</h1>
      <Trouble problem={problem} titled={false} />
      <TryAgain problem={problem} />
    </>,
  );
}

/** Inside of a page: the rest of it stands. */
export const Trouble: FC<{ readonly problem: ApiProblem; readonly titled?: boolean }> = ({
  problem,
  titled = true,
}) => (
  <div class="notice bad" role="alert">
    {titled && <p class="title">{problem.title}</p>}
    {problem.detail !== undefined && (
      <p>
        <Sentence text={problem.detail} />
      </p>
    )}
    {problem.errors !== undefined && problem.errors.length > 0 && (
      <ul>
        {problem.errors.map(({ pointer, parameter, detail }) => (
          <li>
            {(pointer ?? parameter ?? "").replace(/^\//, "").replaceAll(/[/_]/g, " ")} {detail}
          </li>
        ))}
      </ul>
    )}
  </div>
);

const TryAgain: FC<{ readonly problem: ApiProblem }> = ({ problem }) => {
  const { address } = useHere();
  const mayPass = problem.status === 503 || problem.status === 429;
  return (
    <p>
      {mayPass && <a href={address}>Try again</a>} <a href="/console">Back to Today</a>
    </p>
  );
};

/** The fault of one field of a form, as the API named it by a JSON pointer. */
export function faultOf(problem: ApiProblem | null, pointer: string): string | undefined {
  const fault = problem?.errors?.find((one) => (one.pointer ?? one.parameter) === pointer);
  return fault === undefined ? undefined : `This ${fault.detail}.`;
}
