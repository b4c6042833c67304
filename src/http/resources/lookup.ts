import { Router } from "express";
import { z } from "zod";
import { listBackends } from "../../record/backends.ts";
import { isLaunchable } from "../../catalogue/read/launchable.ts";
import { visibleBackends } from "../../access/access.ts";
import { readAnswerScope } from "../answering/answer-scope.ts";
import { type JudgedId, type JudgedImage, judgeImages, VERDICTS } from "../answering/judge-images.ts";
import { missingSource, shownMissing } from "../answering/missing-sources.ts";
import { catalogueHeaders, setCatalogueHeaders } from "../answering/catalogue-headers.ts";
import { readStatus } from "../answering/catalogue-state.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { trust } from "../reading/value-parameters.ts";
import { describePath, json, READERS } from "../openapi/api-path.ts";
import { sendBody } from "../answering/send-answer.ts";

/** The most ids of one look-up. */
export const MOST_IDS = 1000;
const LONGEST_ID = 512;

const EXPECTED_IDS = `expected an array of 1 to ${MOST_IDS} image ids`;
const lookupRequest = z
  .strictObject(
    {
      ids: z
        .array(
          z
            .string("expected an image id")
            .min(1, "expected an image id")
            .max(LONGEST_ID, `expected at most ${LONGEST_ID} characters`),
          EXPECTED_IDS,
        )
        .min(1, EXPECTED_IDS)
        .max(MOST_IDS, `expected at most ${MOST_IDS} ids`)
        .meta({ description: "as the clouds write them" }),
      regions: z
        .boolean("expected true or false")
        .optional()
        .meta({ description: "`true`: also find the same image in other backends" }),
    },
    'expected a JSON object such as {"ids":["ami-0ac9392bb24cdca10"]}',
  )
  .meta({ id: "ImageLookup", description: "The ids to look up." });

const time = z.iso.datetime();
const build = z.object({
  id: z.string(),
  name: z.string(),
  created_at: z.string().nullable().meta({ description: "ISO 8601, as the cloud writes it" }),
});
const judgedImage = z.object({
  backend_ids: z.array(z.string()).meta({ description: "the backends that show it" }),
  provider: z.string(),
  region: z.string().nullable(),
  name: z.string(),
  owner_id: z.string().nullable(),
  publisher: z.string().nullable(),
  trust,
  look_alike_of: z.string().nullable().meta({
    description: "the known publisher that uses such names; this image is not from that publisher",
  }),
  architecture: z.string().nullable(),
  launchable: z.boolean().meta({ description: "false, if the cloud says that no machine can start from it" }),
  created_at: build.shape.created_at,
  deprecated_at: z.string().nullable().meta({ description: "can be in the future" }),
  first_seen: time,
  retired_at: time.nullable().meta({ description: "when it was found to be no longer listed" }),
  family: z.string().nullable(),
  builds_behind: z.int().min(0).meta({ description: "how many builds of its family are newer" }),
  newest: build.nullable().meta({
    description: "the newest build of its family that can be launched and is not deprecated; may be the image itself",
  }),
});
const elsewhere = z.object({ backend_id: z.string(), region: z.string().nullable(), ...build.shape });

/** What the answer says about an id. */
export const lookedUp = z
  .object({
    id: z.string(),
    status: z.enum(VERDICTS).meta({
      description:
        "`known`: listed now; `gone`: no longer listed; `never_seen`: no backend ever listed it; `unknown`: the sources in `missing` could have it",
    }),
    missing: z.array(missingSource).meta({ description: "sources that are not listed; empty unless `unknown`" }),
    images: z
      .array(judgedImage)
      .meta({ description: "the image in every source that lists or listed it; present ones first" }),
    regions: z
      .array(elsewhere)
      .optional()
      .meta({ description: "the newest image of the same publisher, name and architecture in every other backend" }),
  })
  .meta({ id: "LookedUpId" });
export type LookedUp = z.output<typeof lookedUp>;

export const lookupPath = describePath("/images/lookup", {
  post: {
    operationId: "lookUpImages",
    summary: "Looks up at most 1,000 ids",
    description:
      "Answers even while something is not listed yet: an id that could be there is `unknown`. One answer for each id, in the same order.",
    tags: ["Images"],
    security: READERS,
    requestBody: {
      required: true,
      content: { "application/json": { schema: lookupRequest, example: { ids: ["ami-0ac9392bb24cdca10"] } } },
    },
    responses: {
      "200": {
        description: "What is known about each id.",
        headers: catalogueHeaders,
        content: json(z.array(lookedUp), [
          {
            id: "ami-0ac9392bb24cdca10",
            status: "known",
            missing: [],
            images: [
              {
                backend_ids: ["ireland"],
                provider: "ec2",
                region: "eu-west-1",
                name: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20260811",
                owner_id: "099720109477",
                publisher: "Canonical",
                trust: "official",
                look_alike_of: null,
                architecture: "arm64",
                launchable: true,
                created_at: "2026-08-11T01:02:03.000Z",
                deprecated_at: "2028-08-11T01:02:03.000Z",
                first_seen: "2026-08-11T03:17:42.000Z",
                retired_at: null,
                family: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-*",
                builds_behind: 0,
                newest: {
                  id: "ami-0ac9392bb24cdca10",
                  name: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20260811",
                  created_at: "2026-08-11T01:02:03.000Z",
                },
              },
            ],
          },
        ]),
      },
    },
  },
});

/** `POST /images/lookup`: what the backends that the asker sees know of each id. */
export function lookupRouter({ catalogue, now }: HttpContext): Router {
  const router = Router();
  router.post(lookupPath.path, async (req, res) => {
    const { ids, regions = false } = lookupRequest.parse(req.body);
    const backends = visibleBackends(res, listBackends(catalogue));
    const scope = readAnswerScope(catalogue, { backends, status: readStatus(catalogue, backends) }, now(), true);
    const judged = await judgeImages({ catalogue, scope, ids, wantsCounterparts: regions, now: now() });
    setCatalogueHeaders(res, scope, now());
    await sendBody(req, res, JSON.stringify(judged.map(shownJudged)));
  });
  return router;
}

/** What is known of an id, as it is answered. */
function shownJudged({ id, status, missing, images, counterparts }: JudgedId): LookedUp {
  return {
    id,
    status,
    missing: missing.map(shownMissing),
    images: images.map(shownImage),
    ...(counterparts && {
      regions: counterparts.map(({ backend, imageId, name, createdAt }) => ({
        backend_id: backend.id,
        region: backend.region,
        id: imageId,
        name,
        created_at: createdAt,
      })),
    }),
  };
}

function shownImage({ image, backends, lookAlikeOf, buildsBehind, newest }: JudgedImage): z.input<typeof judgedImage> {
  return {
    backend_ids: backends.map(({ id }) => id),
    provider: backends[0]?.provider ?? "",
    region: backends[0]?.region ?? null,
    name: image.name,
    owner_id: image.ownerId,
    publisher: image.publisher,
    trust: image.trust,
    look_alike_of: lookAlikeOf,
    architecture: image.architecture,
    launchable: image.retiredAt === null && isLaunchable(image.state),
    created_at: image.createdAt,
    deprecated_at: image.deprecatedAt,
    first_seen: image.firstSeen,
    retired_at: image.retiredAt,
    family: image.family,
    builds_behind: buildsBehind,
    newest: newest ? { id: newest.imageId, name: newest.name, created_at: newest.createdAt } : null,
  };
}
