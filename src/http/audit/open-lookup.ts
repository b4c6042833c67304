/**
 * A look-up of an image by name that does not say whose: anybody can publish an image of that name.
 * https://securitylabs.datadoghq.com/articles/whoami-a-cloud-image-name-confusion-attack/
 */
export interface OpenLookup {
  /** What looks it up: `data.aws_ami.web`. */
  readonly what: string;
  /** Where it begins: characters from the beginning of the text. */
  readonly offset: number;
  /** Whether it takes the newest of several images: then somebody else can publish one that wins. */
  readonly takesNewest: boolean;
}

/** Names of filters that restrict the owner. */
export const OWNER_FILTER = /owner-id|owner-alias|image-id/;
