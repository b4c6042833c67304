import { backendPath, backendsPath, checkPath } from "./backends.ts";
import { changesFeedPath, changesPath } from "./changes.ts";
import { docsPath, documentPath, guidePath } from "./documentation.ts";
import { eventsPath } from "./events.ts";
import { backendFacetsPath, facetsPath } from "./facets.ts";
import { healthPath, readinessPath } from "./health.ts";
import { imagePath } from "./image.ts";
import { backendImagesPath, imagesPath } from "./images.ts";
import { metricsPath } from "./metrics.ts";
import type { ApiPath } from "./openapi/api-path.ts";
import { pagePath } from "./page.ts";
import { providersPath } from "./providers.ts";
import { regionsPath } from "./regions.ts";
import { imageEverywherePath } from "./resources/image-everywhere.ts";
import { lookupPath } from "./resources/lookup.ts";
import { mcpPath } from "./resources/mcp.ts";
import { newestPath } from "./resources/newest.ts";
import { sessionPath } from "./session.ts";
import { suggestionsPath } from "./suggestions.ts";
import { syncPath, syncsPath } from "./syncs.ts";
import { deliveriesPath, webhookPath, webhooksPath, webhookTestPath } from "./webhook-paths.ts";

/** Every path of the server, in the order in which people read of them. What is added to the server is added here. */
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
