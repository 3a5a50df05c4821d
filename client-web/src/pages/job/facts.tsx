import { atomName, atomVersion } from "@valence/shared/atom-name";
import { count } from "@valence/shared/human";
import { hasEnded } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import type { ComponentChildren } from "preact";
import { Ago, fullTime } from "../parts/ago.js";
import { CopyButton } from "../parts/copy-button.js";

/** What does not move. */
export function Facts({ job }: { job: JobView }) {
  return (
    <section class="card flow" aria-labelledby="facts-title">
      <h2 id="facts-title">About it</h2>
      <dl class="facts">
        <Fact name="Atom">
          <span class="stranger">{atomName(job.atom)}</span> <code class="aside">{atomVersion(job.atom)}</code>
        </Fact>
        <Fact name="Created">
          <Ago at={job.createdAt} />
        </Fact>
        {job.startedAt !== null && (
          <Fact name="Started">
            <Ago at={job.startedAt} />
          </Fact>
        )}
        {job.endedAt !== null && (
          <Fact name="Ended">
            <Ago at={job.endedAt} />
          </Fact>
        )}
        {job.deadline !== null && !hasEnded(job.state) && (
          <Fact name="Deadline">
            <time dateTime={job.deadline}>{fullTime(job.deadline)}</time>
          </Fact>
        )}
        <Fact name="Chunk">{chunkText(job)}</Fact>
        <Fact name="Id">
          <code class="break">{job.id}</code>
          <CopyButton text={() => job.id} what="the job's id" />
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function chunkText({ chunk, state }: JobView): string {
  if (chunk === null) return state === "running" ? "being measured" : "to be measured";
  return chunk === 1 ? "1 item" : `${count(chunk)} items`;
}
