import { Router } from "express";
import { z } from "zod";
import { PROVIDER_FIELDS } from "../../providers/provider.ts";
import { describeProviders } from "../../providers/registry.ts";
import { describePath, json, READERS } from "../openapi/api-path.ts";

const provider = z
  .object({
    name: z.string(),
    title: z.string(),
    lists: z.string(),
    cannot_list: z.string().nullable(),
    fields: z
      .array(
        z.object({
          name: z.enum(PROVIDER_FIELDS),
          label: z.string().meta({ description: "what this cloud calls it" }),
          holds: z.string().meta({ description: "what belongs there" }),
          required: z.boolean(),
          secret: z.boolean().meta({ description: "whether a form should hide what is typed" }),
          multiline: z.boolean().meta({ description: "whether its line feeds count" }),
        }),
      )
      .meta({ description: "the fields that its backends use" }),
  })
  .meta({ id: "Provider", description: "A provider: a kind of cloud." });

export const providersPath = describePath("/providers", {
  get: {
    operationId: "listProviders",
    summary: "Lists the providers and their fields",
    tags: ["Backends"],
    security: READERS,
    responses: {
      "200": {
        description: "The providers.",
        content: json(z.array(provider), [
          {
            name: "ec2",
            title: "Amazon EC2",
            lists: "a region's public images, the account's own and those shared with it",
            cannot_list: "AMIs that the account's Allowed AMIs setting hides",
            fields: [
              {
                name: "region",
                label: "Region",
                holds: "region code, such as eu-west-1",
                required: true,
                secret: false,
                multiline: false,
              },
            ],
          },
        ]),
      },
    },
  },
});

/** `GET /providers`: the kinds of clouds, and the fields that a backend of each takes. */
export function providersRouter(): Router {
  const router = Router();
  router.get(providersPath.path, (_req, res) => {
    res.json(describeProviders());
  });
  return router;
}
