import { safeText } from "@valence/shared/safe-text";
import { Heading } from "../frame/heading.js";
import type { GridFault } from "../grid/fault.js";
import { token } from "../grid/token.js";

/** A job that is not there, one that is not for everyone (the coordinator tells no difference), or no answer at all. */
export function NoJob({ id, fault }: { id: string; fault: GridFault }) {
  if (fault.code !== "unknown_job") {
    return (
      <div class="page flow">
        <Heading title="No answer · Valence">The coordinator does not answer</Heading>
        <p>{fault.message}</p>
        <p class="aside">{fault.passes ? "This page tries again by itself." : `It said ${fault.code}.`}</p>
      </div>
    );
  }
  return (
    <div class="page flow">
      <Heading title="No such job · Valence">No such job</Heading>
      <p>
        There is no job <code class="stranger">{safeText(id.slice(0, 80))}</code>, or none that everyone may see.
      </p>
      <ul class="advice">
        <li>If it was deleted, nothing is left of it.</li>
        <li>
          {token.value === null
            ? "If it is private, enter its owner's token: the button is at the top of this page."
            : "If it is private, the token that this tab holds is not its owner's."}
        </li>
        <li>
          Or look for it among <a href="/jobs">all jobs</a>.
        </li>
      </ul>
    </div>
  );
}
