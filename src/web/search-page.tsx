import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { BackendsDialog } from "./backends/backends-dialog.tsx";
import { FirstRun } from "./backends/first-run.tsx";
import { FilterPanel } from "./filter-panel.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { ImagePane } from "./image/image-pane.tsx";
import { Notices } from "./notices.tsx";
import { PageHeader } from "./page-header.tsx";
import { ResultList } from "./results/result-list.tsx";
import { useFacets } from "./results/use-facets.ts";
import { type Search, useSearch } from "./results/use-search.ts";
import type { Entry } from "./server/answers.ts";
import { SearchBox } from "./search-box.tsx";
import { visibleText } from "../visible-text.ts";
import type { ImageRef } from "./view.ts";
import { type Catalogue, useCatalogue } from "./use-catalogue.ts";
import { usePageKeys } from "./use-page-keys.ts";
import { PermissionsContext, useSession } from "./use-session.ts";
import { useStars } from "./use-stars.ts";
import { useView } from "./use-view.ts";

/** The page: what is searched for, what is found, and one image of it. */
export function SearchPage(): JSX.Element {
  const { view, change, keep } = useView();
  const catalogue = useCatalogue();
  const search = useSearch(view, catalogue.revision);
  const facets = useFacets(view, catalogue.revision, search.problem === null);
  const { session, permissions } = useSession(catalogue.isConnected);
  const stars = useStars(search, permissions.canWork);
  const [dialog, setDialog] = useState<"backends" | "help" | null>(null);
  const box = useRef<HTMLInputElement>(null);
  const open = (image: ImageRef | null): void => change((before) => ({ ...before, image }));
  const type = (term: string): void => change((before) => ({ ...before, term }));
  usePageKeys(box, view.image ? () => open(null) : undefined, stars.toggle, () => setDialog("help"));
  useTitle(view.term.trim());

  const { filters } = view;
  const panel = useMemo(() => <FilterPanel chosen={filters} counts={facets} onChange={change} />, [filters, facets]);

  const { backends } = catalogue;
  if (backends?.length === 0)
    return <FirstRun isKnown={session !== null} canAdd={permissions.canSetUp} onAdded={catalogue.refresh} />;
  const opened = view.image;
  return (
    <PermissionsContext.Provider value={permissions}>
      <PageHeader
        view={view}
        session={session}
        isConnected={catalogue.isConnected && search.problem?.status !== 0}
        backends={backends ?? []}
        catalogue={search.found?.catalogue ?? null}
        onBackend={(backend) => change((before) => ({ ...before, backend, image: null }))}
        onDialog={setDialog}
      />
      <main class={opened ? "page with-image" : "page"}>
        <div class="search">
          <SearchBox box={box} view={view} found={search.found} onTerm={type} onKeep={keep} />
          <Notices catalogue={catalogue} failed={stars.problem} onDismiss={stars.forgetProblem} />
        </div>
        {panel}
        <ResultList
          view={view}
          search={search}
          catalogue={catalogue}
          needsToken={session !== null && session.by !== "nobody"}
          onChange={change}
          onStar={stars.toggle}
        />
        {opened && (
          <OpenImage image={opened} search={search} catalogue={catalogue} onStar={stars.toggle} onOpen={open} />
        )}
      </main>
      {dialog === "backends" && <BackendsDialog catalogue={catalogue} onClose={() => setDialog(null)} />}
      {dialog === "help" && <HelpDialog onClose={() => setDialog(null)} />}
    </PermissionsContext.Provider>
  );
}

interface OpenImageProps extends Pick<Parameters<typeof ImagePane>[0], "image" | "onStar"> {
  readonly search: Search;
  readonly catalogue: Catalogue;
  readonly onOpen: (image: ImageRef | null) => void;
}

/** The image beside the list; what the list knows of it is there at once. */
function OpenImage({ image, search, catalogue, onStar, onOpen }: OpenImageProps): JSX.Element {
  return (
    <ImagePane
      key={`${image.backend}/${image.id}`}
      image={image}
      entry={search.found?.entries.find((entry) => isOf(entry, image)) ?? null}
      backend={catalogue.backends?.find(({ id }) => id === image.backend)}
      revision={catalogue.revision}
      onStar={onStar}
      onOpen={onOpen}
      onClose={() => onOpen(null)}
    />
  );
}

/** The term in the browser's tabs and history. */
function useTitle(term: string): void {
  useEffect(() => {
    document.title = term === "" ? "imagedex" : `${visibleText(term)} · imagedex`;
  }, [term]);
}

function isOf({ backend_id: backend, id }: Entry, image: ImageRef): boolean {
  return backend === image.backend && id === image.id;
}
