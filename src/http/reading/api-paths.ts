import { backendPath, backendsPath, checkPath } from "../resources/backends.ts";
import { changesFeedPath, changesPath } from "../resources/changes.ts";
import { docsPath, documentPath, guidePath } from "../resources/documentation.ts";
import { eventsPath } from "../resources/events.ts";
import { backendFacetsPath, facetsPath } from "../resources/facets.ts";
import { healthPath, readinessPath } from "../resources/health.ts";
import { imagePath } from "../resources/image.ts";
import { backendImagesPath, imagesPath } from "../resources/images.ts";
import { metricsPath } from "../resources/metrics.ts";
import type { ApiPath } from "../openapi/api-path.ts";
import { pagePath } from "../resources/page.ts";
import { providersPath } from "../resources/providers.ts";
import { regionsPath } from "../resources/regions.ts";
import { imageEverywherePath } from "../resources/image-everywhere.ts";
import { lookupPath } from "../resources/lookup.ts";
import { mcpPath } from "../resources/mcp.ts";
import { newestPath } from "../resources/newest.ts";
import { sessionPath } from "../resources/session.ts";
import { suggestionsPath } from "../resources/suggestions.ts";
import { syncPath, syncsPath } from "../resources/syncs.ts";
import { deliveriesPath, webhookPath, webhooksPath, webhookTestPath } from "../resources/webhook-paths.ts";

/** Every path of the server, in the order of the documentation. Add new paths here. */
export const apiPaths: readonly ApiPath[] = [
  backendImagesPath,
  imagesPath,
  newestPath,
  imagePath,
  lookupPath,
  regionsPath,
  imageEverywherePath,
  suggestionsPath,
  backendFacetsPath,
  facetsPath,
  changesPath,
  changesFeedPath,
  webhooksPath,
  webhookPath,
  deliveriesPath,
  webhookTestPath,
  backendsPath,
  backendPath,
  checkPath,
  providersPath,
  syncPath,
  syncsPath,
  eventsPath,
  mcpPath,
  sessionPath,
  pagePath,
  healthPath,
  readinessPath,
  metricsPath,
  documentPath,
  docsPath,
  guidePath,
];
