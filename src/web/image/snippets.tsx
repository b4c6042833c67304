import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Launch } from "../../providers/launch/snippet.ts";
import type { BackendJson, Entry } from "../server/answers.ts";
import type { Server } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import { Copyable } from "./copyable.tsx";
import { findFamilyPattern } from "./find-family-pattern.ts";

interface SnippetsProps {
  readonly image: Entry;
  readonly backend: BackendJson;
}

/** What people do with an image of this cloud, ready to paste. */
export function Snippets({ image, backend }: SnippetsProps): JSX.Element | null {
  const launch = useLaunch(image, backend);
  if (!launch) return null;
  return (
    <>
      {launch.console !== undefined && (
        <p>
          <a href={launch.console} target="_blank" rel="noreferrer">
            Open in the cloud's console
          </a>
        </p>
      )}
      {launch.snippets.map(({ title, text }, at) => (
        <Copyable key={title} title={title} text={text} isFolded={at > 0} />
      ))}
    </>
  );
}

/** The snippets appear at once; one that needs an answer of the server appears later. */
function useLaunch(image: Entry, backend: BackendJson): Launch | null {
  const server = useServer();
  const [launch, setLaunch] = useState<Launch | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    void writeLaunch(server, image, backend, asking.signal, (next) => {
      if (!asking.signal.aborted) setLaunch(next);
    });
    return () => asking.abort();
  }, [image.backend_id, image.id, image.name, image.family, backend]);
  return launch;
}

async function writeLaunch(
  server: Server,
  image: Entry,
  { provider, region, apiurl }: BackendJson,
  signal: AbortSignal,
  show: (launch: Launch) => void,
): Promise<void> {
  const { launchOf } = await import("./launch-of.ts");
  const { id, name, os, architecture, extra, owner_id: ownerId, deprecated_at: deprecated } = image;
  const isDeprecated = deprecated !== null && Date.parse(deprecated) <= Date.now();
  const about = { id, name, os, architecture, extra, ownerId, region, apiurl, isDeprecated };
  show(launchOf(provider, { ...about, familyPattern: null }));
  // Only the tools of some clouds look images up by a pattern.
  if (provider !== "ec2") return;
  const familyPattern = await findFamilyPattern(server, image, signal).catch(() => null);
  if (familyPattern !== null) show(launchOf(provider, { ...about, familyPattern }));
}
