/** The frame around every page, and which page is in it. */
import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { LendPage } from "../lend/lend-page.js";
import type { LendingSession } from "../lend/lending-session.js";
import { Notice } from "../parts/notice.js";
import { Header } from "./header.js";
import { Heading } from "./heading.js";
import { LazyPage, type Load } from "./lazy-page.js";
import { route } from "./navigation.js";
import type { Route } from "./route.js";

type ListPlace = Omit<Extract<Route, { page: "jobs" }>, "page">;
type JobPlace = Omit<Extract<Route, { page: "job" }>, "page">;

const loadJobs: Load<ListPlace> = async () => (await import("../jobs/jobs-page.js")).JobsPage;
const loadDocs: Load<Record<never, never>> = async () => (await import("../docs/docs-page.js")).DocsPage;
const loadJob: Load<JobPlace> = async () => (await import("../job/job-page.js")).JobPage;

export function App({ lending }: { lending: LendingSession }) {
  return (
    <>
      <SkipLink />
      <Header lending={lending} />
      <main id="main" tabIndex={-1}>
        <Unbroken key={keyOf(route.value)}>
          <CurrentPage lending={lending} />
        </Unbroken>
      </main>
      <Notice />
    </>
  );
}

/** No link to a fragment, which would be one more entry of the history. */
function SkipLink() {
  return (
    <button type="button" class="skip-link" onClick={() => document.querySelector<HTMLElement>("#main")?.focus()}>
      Skip to content
    </button>
  );
}

function CurrentPage({ lending }: { lending: LendingSession }) {
  const here = route.value;
  switch (here.page) {
    case "lend":
      return <LendPage lending={lending} />;
    case "jobs":
      return <LazyPage load={loadJobs} props={{ state: here.state, before: here.before }} />;
    case "job":
      return <LazyPage load={loadJob} props={{ id: here.id }} />;
    case "docs":
      return <LazyPage load={loadDocs} props={{}} />;
    case "unknown":
      return <NothingHere path={here.path} />;
  }
}

function NothingHere({ path }: { path: string }) {
  return (
    <div class="page flow">
      <Heading title="Nothing here · Valence">There is nothing here</Heading>
      <p>
        No page stands at <code>{path}</code>. Look at the <a href="/jobs">jobs</a>, or <a href="/">lend this tab</a>.
      </p>
    </div>
  );
}

/** A page that breaks must not take the header with it: in it stands how to stop what computes. */
function Unbroken({ children }: { children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary((error) => console.error(error));
  if (error === undefined) return <>{children}</>;
  return (
    <div class="page flow">
      <Heading title="Broken · Valence">This page broke</Heading>
      <p>That is a bug of ours. What your tab computes is not touched by it.</p>
      <button type="button" class="button button-main" onClick={reset}>
        Try again
      </button>
    </div>
  );
}

/** Pages with another key are begun anew. */
function keyOf(here: Route): string {
  if (here.page === "jobs") return `jobs ${here.before}`;
  return here.page === "job" ? `job ${here.id}` : here.page;
}
