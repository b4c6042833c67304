import type { z } from "zod";
import type { ProviderErrorReason } from "../errors.ts";
import type { MachineImage } from "../image.ts";
import type { CloudFacts } from "./cloud-facts.ts";
import type { TlsIdentity } from "./transport/http/client-certificate.ts";

/** One page of a listing: what could be read, and what could not. */
export interface ImagePage {
  readonly images: readonly MachineImage[];
  /** Items the backend sent that we could not read. The sync counts and logs them. */
  readonly rejected: readonly RejectedItem[];
  /** Requests this page cost upstream, retries included. */
  readonly calls: number;
  /** Of images, by id: what tells their items, as they came, from all others. */
  readonly fingerprints?: ReadonlyMap<string, string>;
  /** The fingerprints of items that were known, and so not read: their images are as they were. */
  readonly unread?: readonly string[];
  /** What the listing may lack though it will be complete, in one line for people, where the cloud can tell. */
  readonly warning?: string;
  /** With a listing's last page, where the cloud names what it listed: for `isStill`. */
  readonly version?: string;
  /**
   * The part of the source that the page is of, where a source has parts that fail on their own: a node, a repository, a
   * project. A part without images yields an empty page. Undefined in sources without parts.
   */
  readonly part?: string;
  /** Parts that this listing goes without. Unless they are `forbidden`, their images stay as they were. */
  readonly failedParts?: readonly FailedPart[];
}

/** What reading a page's images gives. */
export type ReadImages = Pick<ImagePage, "images" | "rejected" | "fingerprints">;

/** A page as the cloud sent it. */
export interface UnreadPage extends Omit<ImagePage, keyof ReadImages> {
  /** For `readBody` of the provider's definition, maybe on another thread. */
  readonly body: Uint8Array;
  /** The same here. Throws ProviderError where the body cannot be read. */
  read(): ImagePage;
}

/** A part of a source that could not be listed, while others could. */
export interface FailedPart {
  /** Its name, as in the pages of a listing that succeeds. */
  readonly part: string;
  /** `forbidden`: outside of what the credentials may see. Any other: out of reach for now. */
  readonly reason: ProviderErrorReason;
  /** One line for people, which names the part. */
  readonly message: string;
}

/** A region of a cloud, and whether the account may use it. */
export interface CloudRegion {
  readonly name: string;
  readonly isEnabled: boolean;
}

/** An answer to whether a cloud still offers what it did. */
export interface Unchanged {
  readonly isStill: boolean;
  readonly calls: number;
}

/** What an earlier listing stored of the items of its answers. */
export interface KnownItems {
  /** Whether an image is in the catalogue as this item has it. */
  has(fingerprint: string): boolean;
}

/** An item that is an image, and could not be read as one. */
export interface RejectedItem {
  /** The image's id, where that at least could be read: the image stays as it was. */
  readonly id?: string | undefined;
  readonly reason: string;
  readonly item: unknown;
}

/**
 * Where a part of a backend's images comes from. Sources with the same `key` hold the same images,
 * whichever backend asks: they are stored and listed once.
 */
export interface SourceDescription {
  /**
   * Names provider, endpoint, region and scope, never a secret. Of a public source it is unique over all providers; to that of
   * an own source the catalogue adds the account, which `identify` tells.
   */
  readonly key: string;
  /** `public`: what everybody sees there. `own`: what only the account of the credentials sees. */
  readonly scope: "public" | "own";
}

/** A cloud whose images can be listed. */
export interface ImageProvider {
  readonly name: string;
  /**
   * The account whose view the own source is, as the cloud names it, with the principal where its rights are narrower than the
   * account's. The cloud must have accepted the credentials for this answer: what is merely configured proves nothing. Two
   * backends with the same answer at the same place see the same images. Undefined where the cloud cannot tell; throws a
   * ProviderError where it does not answer. Absent where the API has no such question: then equal credentials are one account.
   */
  identify?(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Whether the credentials are what the process finds where it runs (an instance's role, a user's login), not the backend's
   * own: they may be another account's at the next listing, so that no earlier answer of `identify` stands for them.
   */
  readonly isAmbient?: boolean;
  /** What the backend shows is the union of these; where two hold an image, the earlier one's word counts. */
  readonly sources: readonly SourceDescription[];
  /**
   * Lists every image of `source`.
   *
   * Finishing the iteration is a promise that the listing is complete: the sync
   * retires whatever it did not see. So a listing that cannot be finished must
   * throw a ProviderError; it may never end early.
   *
   * Items that are `known` need not be read.
   */
  listImages(source: SourceDescription, signal: AbortSignal, known?: KnownItems): AsyncIterable<ImagePage>;
  /**
   * The same with pages that are not read yet, where reading them is most of the work; some pages may be read. Undefined for a
   * source whose pages only `listImages` can read.
   */
  listUnread?(source: SourceDescription, signal: AbortSignal): AsyncIterable<ImagePage | UnreadPage> | undefined;
  /**
   * Lists at least the images that came since a moment, and where the cloud can tell those that changed. What it leaves out
   * is still there: a probe adds, it retires nothing. Absent where the API has no such question.
   */
  probeImages?(source: SourceDescription, since: Date, signal: AbortSignal): AsyncIterable<ImagePage>;
  /** The cloud's regions. Absent where nobody can ask for them. Throws as `listImages` does. */
  listRegions?(signal: AbortSignal): Promise<readonly CloudRegion[]>;
  /**
   * Lists what the cloud itself finds for a term, best matches first and not without end. Where a cloud cannot be listed, its
   * source is what `listImages` lists and what this found: a find adds, it retires nothing. Absent where all is listed. Throws
   * as `listImages` does.
   */
  findImages?(source: SourceDescription, term: string, signal: AbortSignal): AsyncIterable<ImagePage>;
  /**
   * Whether a listing would bring what the one with that `version` brought, for much less than a listing costs. Absent where
   * the API has no such question. Throws as `listImages` does.
   */
  isStill?(source: SourceDescription, version: string, signal: AbortSignal): Promise<Unchanged>;
}

/** What an operator may set for a backend. Every provider says which of these it needs. */
export interface BackendOptions {
  readonly region?: string | undefined;
  readonly apikey?: string | undefined;
  readonly apisecret?: string | undefined;
  readonly apiurl?: string | undefined;
  readonly tenantName?: string | undefined;
  /** A role of AWS that lists instead of whoever the credentials are. */
  readonly roleArn?: string | undefined;
  /** What the role's owner demands to be told with it. */
  readonly externalId?: string | undefined;
  /** A profile of the server's own AWS configuration. */
  readonly profile?: string | undefined;
  /** Which of a service's addresses is used, where a cloud has several: `public`, `internal`, `admin`. */
  readonly interface?: string | undefined;
  /** Certificates (PEM) that the servers are known by, instead of those that the system trusts. */
  readonly caCert?: string | undefined;
}

/** What the process allows every provider. */
export interface ProviderLimits {
  /** Whether `apiurl` may name link-local addresses, where clouds keep instance credentials. */
  readonly allowLinkLocal: boolean;
  /** Where EC2 is for backends without an `apiurl`, if not at AWS. */
  readonly ec2Endpoint?: string | undefined;
  /** Where AWS's Security Token Service is for them, if not at AWS. */
  readonly stsEndpoint?: string | undefined;
  /** The profile that AWS's own clients are told to use, for messages. */
  readonly awsProfile?: string | undefined;
  /** Patience other than a provider's own; a provider takes of it what it knows. Not for operators: tests set it. */
  readonly patience?: Partial<Patience>;
  /** By what the backend knows its servers, instead of what the system trusts. */
  readonly trust?: TlsIdentity | undefined;
  /** Told whenever a cloud answers anything, refusals too: listings that take long between two pages are heard of. */
  readonly onAnswer?: () => void;
}

/** How patient a listing is. */
export interface Patience {
  /** Tries for one request, the first included. */
  readonly maxAttempts: number;
  /** How long an answer may send nothing, in milliseconds. */
  readonly idleTimeout: number;
  /** Pages of one question; an endpoint that goes on is not going to end. */
  readonly maxPages: number;
  /** For how long a service that fails in the midst of a listing is asked again, in milliseconds. */
  readonly maxOutage?: number;
  /** Waits between such tries. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** The fields of a backend that providers may use, as users write them. */
export const PROVIDER_FIELDS = [
  "apiurl",
  "region",
  "apikey",
  "apisecret",
  "tenant_name",
  "role_arn",
  "external_id",
  "profile",
  "interface",
  "ca_cert",
] as const;

/** A field of a backend, as a form shows it. */
export interface ProviderField {
  readonly name: (typeof PROVIDER_FIELDS)[number];
  /** What this cloud calls it: `Access key id`. */
  readonly label: string;
  /** Whether a form hides what is typed. */
  readonly isSecret?: boolean;
  /** Whether its line feeds count, as in a certificate. */
  readonly isMultiline?: boolean;
  /** What belongs there: `access key id`. */
  readonly holds: string;
  readonly isRequired?: boolean;
}

/** A kind of cloud, as the registry knows it. */
export interface ProviderDefinition {
  /** The `provider` of a backend: `ec2`. */
  readonly name: string;
  /** For people: `Amazon EC2`. */
  readonly title: string;
  /** What its listings hold, in one line for people. */
  readonly lists: string;
  /** What its API does not let anybody list, if there is such. */
  readonly cannotList?: string;
  /** Whether its providers have `probeImages`. */
  readonly canProbe?: boolean;
  /** Whether its clouds cannot be listed, only searched: its providers have `findImages`. */
  readonly isSearched?: boolean;
  /** The fields that a backend of this kind uses, for forms and help. `options` is their judge. */
  readonly fields: readonly ProviderField[];
  /** What is known of its images. */
  readonly facts: CloudFacts;
  /** Checks a backend's fields; its issues name the field and what was expected. */
  readonly options: z.ZodType<unknown, unknown>;
  /** Reads the body of a page that `listUnread` listed. Throws what it likes: the page's own `read` says what is wrong. */
  readBody?(body: Uint8Array): ReadImages;
  /** Makes the provider; nothing is sent before the first listing. Throws ZodError for wrong options. */
  create(options: BackendOptions, limits: ProviderLimits): ImageProvider;
}
