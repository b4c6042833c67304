import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ago } from "./ago.ts";
import { ask, askJson, factOf, imagePath, type ImageStory, type RegionalImage } from "./api.ts";
import { CopyButton } from "./copy-button.tsx";
import { Dialog } from "./dialog.tsx";

interface DetailsProps {
  readonly backend: string;
  readonly id: string;
  readonly close: () => void;
}

/** All that is known of one image. */
export function Details({ backend, id, close }: DetailsProps): JSX.Element {
  const [story, setStory] = useState<ImageStory | undefined>(undefined);
  const [regions, setRegions] = useState<readonly RegionalImage[]>([]);
  const [error, setError] = useState("");
  useEffect(() => {
    const gone = new AbortController();
    const { signal } = gone;
    askJson<ImageStory>(imagePath(backend, id), { signal }).then(setStory, (cause: unknown) => {
      if (!signal.aborted) setError(String(cause));
    });
    const path = `/images/${id.split("/").map(encodeURIComponent).join("/")}/regions`;
    askJson<RegionalImage[]>(path, { signal }).then(setRegions, () => setRegions([]));
    return () => gone.abort();
  }, [backend, id]);
  return (
    <Dialog title={story?.name ?? id} close={close}>
      {error && <p role="alert">{error}</p>}
      {!story && !error && <p>Reading…</p>}
      {story && <Story story={story} regions={regions} />}
    </Dialog>
  );
}

function Story({
  story,
  regions,
}: {
  readonly story: ImageStory;
  readonly regions: readonly RegionalImage[];
}): JSX.Element {
  return (
    <>
      <p class="facts">
        <code>{story.id}</code>
        <span class={`badge ${story.trust}`}>
          {story.publisher ? `${story.publisher} · ${story.trust}` : story.trust}
        </span>
        {story.latest && <span class="badge">newest build</span>}
        {story.retired_at && <span class="badge deprecated">retired {ago(story.retired_at)}</span>}
      </p>
      <p class="actions">
        <CopyButton label="Copy id" text={story.id} />
        {story.id.startsWith("ami-") && (
          <>
            <CopyButton
              label="Copy aws command"
              text={`aws ec2 run-instances --image-id ${story.id} --instance-type t3.micro`}
            />
            <CopyButton label="Copy Terraform" text={terraformOf(story)} />
          </>
        )}
      </p>
      <dl>
        <dt>Family</dt>
        <dd>{story.family}</dd>
        <dt>First seen</dt>
        <dd>{story.first_seen}</dd>
        <dt>Last seen</dt>
        <dd>{story.last_seen}</dd>
      </dl>
      {regions.length > 1 && (
        <section aria-label="The same image elsewhere">
          <h3>The same image elsewhere</h3>
          <ul>
            {regions.map(({ backend_id, region, image_id }) => (
              <li key={`${backend_id} ${image_id}`}>
                {region ?? backend_id}: <code>{image_id}</code>
              </li>
            ))}
          </ul>
        </section>
      )}
      <h3>What the cloud says</h3>
      <dl>
        {Object.entries(story.extra).map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
      </dl>
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: unknown }): JSX.Element {
  const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  const isEmpty = value === null || value === undefined || value === "";
  return (
    <>
      <dt>{name}</dt>
      <dd>{isEmpty ? "–" : isPlain ? String(value) : <pre>{JSON.stringify(value, null, 2)}</pre>}</dd>
    </>
  );
}

/** Finds the newest build by owner and family, not by a name that anybody could take. */
function terraformOf(story: ImageStory): string {
  return [
    'data "aws_ami" "this" {',
    "  most_recent = true",
    `  owners      = [${JSON.stringify(factOf(story, "owner_id") ?? "self")}]`,
    "",
    "  filter {",
    '    name   = "name"',
    `    values = [${JSON.stringify(story.family)}]`,
    "  }",
    "}",
  ].join("\n");
}

/** Toggles a star; answers what it is now. */
export async function toggleStar(backend: string, id: string): Promise<boolean> {
  return (await ask(imagePath(backend, id), { method: "POST" })).json();
}
