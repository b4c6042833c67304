import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { BackendsDialog } from "./backends/backends-dialog.tsx";
import { FirstRun } from "./backends/first-run.tsx";
import { FilterPanel } from "./filter-panel.tsx";
import { ImagePane } from "./image/image-pane.tsx";
import { Notices } from "./notices.tsx";
import { PageHeader } from "./page-header.tsx";
import { ResultList } from "./results/result-list.tsx";
import { useFacets } from "./results/use-facets.ts";
import { useSearch } from "./results/use-search.ts";
import { SearchBox } from "./search-box.tsx";
import { visibleText } from "../visible-text.ts";
import type { ImageRef } from "./view.ts";
import { useCatalogue } from "./use-catalogue.ts";
import { usePageKeys } from "./use-page-keys.ts";
import { PermissionsContext, permissionsOf, useSession } from "./use-session.ts";
import { useStars } from "./use-stars.ts";
import { useView } from "./use-view.ts";

/** The page: what is searched for, what is found, and one image of it. */
export function SearchPage(): JSX.Element {
  const { view, change, keep } = useView();
  const catalogue = useCatalogue();
  const search = useSearch(view, catalogue.revision);
  const facets = useFacets(view, catalogue.revision, search.problem === null);
  const session = useSession(catalogue.isConnected);
  const permissions = useMemo(() => permissionsOf(session), [session]);
  const stars = useStars(search, permissions.canWork);
  const [isManaging, setManaging] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const open = (image: ImageRef | null): void => change((before) => ({ ...before, image }));
  usePageKeys(box, view.image ? () => open(null) : undefined, stars.toggle);
  useEffect(() => {
    document.title = view.term.trim() === "" ? "imagedex" : `${visibleText(view.term.trim())} · imagedex`;
  }, [view.term]);

  const filters = useMemo(
    () => <FilterPanel chosen={view.filters} counts={facets} onChange={change} />,
    [view.filters, facets],
  );

  const { backends } = catalogue;
  if (backends?.length === 0)
    return <FirstRun isKnown={session !== null} canAdd={permissions.canSetUp} onAdded={catalogue.refresh} />;
  const opened = view.image;
  const entry =
    opened && search.found?.entries.find(({ backend_id: b, id }) => b === opened.backend && id === opened.id);
  return (
    <PermissionsContext.Provider value={permissions}>
      <PageHeader
        view={view}
        session={session}
        isConnected={catalogue.isConnected && search.problem?.status !== 0}
        backends={backends ?? []}
        catalogue={search.found?.catalogue ?? null}
        onBackend={(backend) => change((before) => ({ ...before, backend, image: null }))}
        onManage={() => setManaging(true)}
      />
      <main class={opened ? "page with-image" : "page"}>
        <div class="search">
          <SearchBox
            box={box}
            view={view}
            found={search.found}
            onTerm={(term) => change((v) => ({ ...v, term }))}
            onKeep={keep}
          />
          <Notices catalogue={catalogue} failed={stars.problem} onDismiss={stars.forgetProblem} />
        </div>
        {filters}
        <ResultList view={view} search={search} catalogue={catalogue} onChange={change} onStar={stars.toggle} />
        {opened && (
          <ImagePane
            key={`${opened.backend}/${opened.id}`}
            image={opened}
            entry={entry ?? null}
            backend={backends?.find(({ id }) => id === opened.backend)}
            revision={catalogue.revision}
            onStar={stars.toggle}
            onOpen={open}
            onClose={() => open(null)}
          />
        )}
      </main>
      {isManaging && <BackendsDialog catalogue={catalogue} onClose={() => setManaging(false)} />}
    </PermissionsContext.Provider>
  );
}
