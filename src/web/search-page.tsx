import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { FilterPanel } from "./filter-panel.tsx";
import { ImagePane } from "./image/image-pane.tsx";
import { loadLater } from "./load-later.tsx";
import { Notices } from "./notices.tsx";
import { PageHeader } from "./page-header.tsx";
import { ResultList } from "./results/result-list.tsx";
import { useFacets } from "./results/use-facets.ts";
import { type Search, useSearch } from "./results/use-search.ts";
import type { Entry, FacetCountsJson, SessionJson } from "./server/answers.ts";
import { SearchBox } from "./search-box.tsx";
import { visibleText } from "../visible-text.ts";
import { type ImageRef, SCREENS, type PageView } from "./view.ts";
import { type ShownCatalogue, useCatalogue } from "./use-catalogue.ts";
import { usePageKeys } from "./use-page-keys.ts";
import { PermissionsContext, useSession } from "./use-session.ts";
import { useStars } from "./use-stars.ts";
import { type ChangeView, useView } from "./use-view.ts";

const BackendsDialog = loadLater(() => import("./backends/backends-dialog.tsx").then((part) => part.BackendsDialog));
const HelpDialog = loadLater(() => import("./help-dialog.tsx").then((part) => part.HelpDialog));
const FirstRun = loadLater(() => import("./backends/first-run.tsx").then((part) => part.FirstRun));
const ChangesScreen = loadLater(() => import("./changes/changes-screen.tsx").then((part) => part.ChangesScreen));
const AuditScreen = loadLater(() => import("./audit/audit-screen.tsx").then((part) => part.AuditScreen));
const StatusScreen = loadLater(() => import("./status/status-screen.tsx").then((part) => part.StatusScreen));

/** The page: what is searched for, what is found, and one image of it. */
export function SearchPage(): JSX.Element {
  const { view, change, keep } = useView();
  const catalogue = useCatalogue();
  const search = useSearch(view, catalogue.revision);
  const facets = useFacets(view, catalogue.revision, search.problem === null);
  const { session, permissions } = useSession(catalogue.isConnected);
  const stars = useStars(search, permissions.canWork);
  // The first-run page stays until all regions were tried.
  const [isAdding, setAdding] = useState(false);
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const box = useRef<HTMLInputElement>(null);
  const open = (image: ImageRef | null): void => change((before) => ({ ...before, image }));
  const type = (term: string): void => change((before) => ({ ...before, term }));
  usePageKeys(box, view.image ? () => open(null) : undefined, stars.toggle, () => setDialog("help"));
  useTitle(view);

  const panel = usePanel(view, facets, catalogue, change);

  const { backends } = catalogue;
  if (backends?.length === 0 || isAdding)
    return (
      <FirstRun
        isKnown={session !== null}
        canAdd={permissions.canSetUp}
        onAdded={catalogue.refresh}
        onBusy={setAdding}
      />
    );
  const opened = view.image;
  const isSearch = view.screen === null || view.screen === "changes";
  return (
    <PermissionsContext.Provider value={permissions}>
      <PageHeader
        view={view}
        session={session}
        isConnected={catalogue.isConnected && search.problem?.status !== 0}
        backends={backends ?? []}
        catalogue={search.found?.catalogue ?? null}
        onChange={change}
        onDialog={setDialog}
      />
      <main class={`page${opened ? " with-image" : ""}${isSearch ? "" : " plain"}`}>
        <div class="search">
          {isSearch && <SearchBox box={box} view={view} found={search.found} onTerm={type} onKeep={keep} />}
          <Notices catalogue={catalogue} failed={stars.problem} onDismiss={stars.forgetProblem} />
        </div>
        {isSearch && panel}
        <Shown
          view={view}
          search={search}
          catalogue={catalogue}
          needsToken={needsToken(session)}
          onChange={change}
          onStar={stars.toggle}
        />
        {opened && (
          <OpenImage image={opened} search={search} catalogue={catalogue} onStar={stars.toggle} onOpen={open} />
        )}
      </main>
      <Dialog name={dialog} catalogue={catalogue} onClose={() => setDialog(null)} />
    </PermissionsContext.Provider>
  );
}

type DialogName = "backends" | "help";

interface DialogProps {
  readonly name: DialogName | null;
  readonly catalogue: ShownCatalogue;
  onClose(): void;
}

function Dialog({ name, catalogue, onClose }: DialogProps): JSX.Element | null {
  if (name === "backends") return <BackendsDialog catalogue={catalogue} onClose={onClose} />;
  return name === "help" ? <HelpDialog onClose={onClose} /> : null;
}

/** What the view shows: images, or another screen. */
function Shown(props: Parameters<typeof ResultList>[0]): JSX.Element {
  const { view, catalogue, onChange } = props;
  if (view.screen === "changes") return <ChangesScreen view={view} catalogue={catalogue} onChange={onChange} />;
  if (view.screen === "audit") return <AuditScreen view={view} onChange={onChange} />;
  if (view.screen === "status") return <StatusScreen view={view} catalogue={catalogue} />;
  return <ResultList {...props} />;
}

/** The filters, drawn again only if they change; typing does not change them. */
function usePanel(
  view: PageView,
  counts: FacetCountsJson,
  { backends }: ShownCatalogue,
  change: ChangeView,
): JSX.Element {
  const { filters, screen, backend } = view;
  const regions = useMemo(
    () => (backend === null ? [...new Set(backends?.flatMap(({ region }) => region ?? []))].toSorted() : []),
    [backends, backend],
  );
  return useMemo(
    () => (
      <FilterPanel
        chosen={filters}
        counts={counts}
        regions={regions}
        isOfChanges={screen === "changes"}
        onChange={change}
      />
    ),
    [filters, counts, regions, screen],
  );
}

interface OpenImageProps extends Pick<Parameters<typeof ImagePane>[0], "image" | "onStar"> {
  readonly search: Search;
  readonly catalogue: ShownCatalogue;
  readonly onOpen: (image: ImageRef | null) => void;
}

/** The image beside the list; the list's entry is shown at once. */
function OpenImage({ image, search, catalogue, onStar, onOpen }: OpenImageProps): JSX.Element {
  return (
    <ImagePane
      key={`${image.backend}/${image.id}`}
      image={image}
      entry={search.found?.entries.find((entry) => isOf(entry, image)) ?? null}
      backends={catalogue.backends ?? []}
      revision={catalogue.revision}
      onStar={onStar}
      onOpen={onOpen}
      onClose={() => onOpen(null)}
    />
  );
}

/** The term and the screen in the browser's tabs and history. */
function useTitle({ term, screen }: PageView): void {
  const title = SCREENS.find(({ name }) => name === screen)?.title;
  const asked = term.trim();
  useEffect(() => {
    const parts = [...(asked === "" ? [] : [visibleText(asked)]), ...(title === undefined ? [] : [title]), "imagedex"];
    document.title = parts.join(" · ");
  }, [asked, title]);
}

/** Whether the server needs a token. */
function needsToken(session: SessionJson | null): boolean {
  return session !== null && session.by !== "nobody";
}

function isOf({ backend_id: backend, id }: Entry, image: ImageRef): boolean {
  return backend === image.backend && id === image.id;
}
