import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { type Backend, listBackends } from "../../record/backends.ts";
import { type Counterpart, findCounterparts } from "../../catalogue/read/find-counterparts.ts";
import { sourcesOf } from "../../record/sources.ts";
import { NotFoundError } from "../../errors.ts";
import { visibleBackends } from "../../access/access.ts";
import { isUnsure, readAnswerScope } from "../answering/answer-scope.ts";
import { catalogueHeaders, setCatalogueHeaders } from "../answering/catalogue-headers.ts";
import { readStatus } from "../answering/catalogue-state.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { partial } from "../reading/image-parameters.ts";
import { answerNotYet, notYet } from "../answering/not-yet.ts";
import { describePath, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { readParameters } from "../reading/query-string.ts";

export const REGION_FORMATS = ["json", "terraform", "cloudformation"] as const;

const parameters = z.strictObject({
  format: z
    .enum(REGION_FORMATS, `expected one of ${REGION_FORMATS.join(", ")}`)
    .default("json")
    .meta({
      description:
        "`terraform`: a map from region to image id, to paste or to read with `file()`; `cloudformation`: a Mappings section. Both have the newest image of each region",
    }),
  partial,
});

export const regionalImage = z
  .object({
    backend_id: z.string(),
    region: z.string().nullable(),
    image_id: z.string(),
    name: z.string(),
    created_at: z.string().nullable().meta({ description: "ISO 8601, as the cloud writes it" }),
  })
  .meta({ id: "RegionalImage" });
const mappings = z
  .object({ Mappings: z.object({ RegionMap: z.record(z.string(), z.object({ ImageId: z.string() })) }) })
  .meta({ id: "CloudFormationMappings" });

export const regionsPath = describePath("/images/*image/regions", {
  get: {
    operationId: "findRegionsOfImage",
    summary: "Finds the same image in every listed region",
    description:
      "Images with the same publisher (or owner, if the publisher is unknown), name and architecture, newest first within each backend.",
    tags: ["Images"],
    security: READERS,
    requestParams: { query: parameters },
    responses: {
      "200": {
        description: "The images, in the format that was asked for.",
        headers: catalogueHeaders,
        content: {
          "application/json": {
            schema: z.union([z.array(regionalImage), mappings]),
            examples: {
              json: {
                value: [
                  {
                    backend_id: "ireland",
                    region: "eu-west-1",
                    image_id: "ami-0ac9392bb24cdca10",
                    name: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20260811",
                    created_at: "2026-08-11T01:02:03.000Z",
                  },
                ],
              },
              cloudformation: {
                value: { Mappings: { RegionMap: { "eu-west-1": { ImageId: "ami-0ac9392bb24cdca10" } } } },
              },
            },
          },
          "text/plain": { schema: z.string(), example: '{\n  "eu-west-1" = "ami-0ac9392bb24cdca10"\n}\n' },
        },
      },
      "503": notYet,
      ...refusals(404),
    },
  },
});

/** The same image, in the region of a backend. */
interface RegionalImage extends Counterpart {
  readonly backend: Backend;
}

/** `GET /images/{image_id…}/regions`: the same publisher's image of that name and architecture, wherever it was synced. */
export function regionsRouter(context: HttpContext): Router {
  const { catalogue, now } = context;
  const router = Router();
  router.get(regionsPath.path, async (req: Request<{ image: string[] }>, res: Response) => {
    const { format, partial: takesPartial } = readParameters(req, parameters);
    const imageId = req.params.image.join("/");
    const backends = visibleBackends(res, listBackends(catalogue));
    const sources = new Map<number, Backend>();
    for (const backend of backends.toReversed())
      for (const source of sourcesOf(catalogue, backend.id)) sources.set(source.id, backend);
    const found = findCounterparts(catalogue, imageId, [...sources.keys()]);
    const current = { backends, status: readStatus(catalogue, backends) };
    const scope = readAnswerScope(catalogue, current, now(), takesPartial);
    const unknown = `no image ${JSON.stringify(imageId)}`;
    if (!found && scope.missing.length === 0) throw new NotFoundError(unknown);
    if (isUnsure({ ...scope, isReady: true }, !found?.length))
      return answerNotYet(context, req, res, scope, `${unknown} in what is listed`);
    setCatalogueHeaders(res, scope, now());
    const images = (found ?? []).flatMap((counterpart): RegionalImage[] => {
      const backend = sources.get(counterpart.sourceId);
      return backend ? [{ ...counterpart, backend }] : [];
    });
    const byRegion = [...newestByRegion(images)].toSorted(([a], [b]) => (a < b ? -1 : 1));
    if (format === "terraform") return void res.type("text/plain").send(terraformMap(byRegion));
    if (format === "cloudformation") return void res.json(cloudformationMapping(byRegion));
    res.json(images.map(shownImage));
  });
  return router;
}

function shownImage({ backend, imageId, name, createdAt }: RegionalImage): unknown {
  return { backend_id: backend.id, region: backend.region, image_id: imageId, name, created_at: createdAt };
}

/** One image a region: that of the newest build. Backends without a region go by their ids. */
function newestByRegion(images: readonly RegionalImage[]): Map<string, string> {
  const newest = new Map<string, string>();
  for (const { backend, imageId } of images) {
    const region = backend.region ?? backend.id;
    if (!newest.has(region)) newest.set(region, imageId);
  }
  return newest;
}

/** A Terraform map, to paste or to read with `file()`. */
function terraformMap(byRegion: readonly (readonly [string, string])[]): string {
  const width = Math.max(...byRegion.map(([region]) => JSON.stringify(region).length), 0);
  const lines = byRegion.map(([region, id]) => `  ${hclText(region).padEnd(width)} = ${hclText(id)}`);
  return ["{", ...lines, "}", ""].join("\n");
}

/** HCL has JSON's escapes, and templates besides. */
function hclText(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, "$&$&");
}

/** A `Mappings` section: `!FindInMap [RegionMap, !Ref "AWS::Region", ImageId]`. */
function cloudformationMapping(byRegion: readonly (readonly [string, string])[]): unknown {
  return { Mappings: { RegionMap: Object.fromEntries(byRegion.map(([region, id]) => [region, { ImageId: id }])) } };
}
