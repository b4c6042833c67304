/** The organization whose images Scaleway itself makes, and their Marketplace. */
export const SCALEWAY_ORGANIZATION = "51b656e3-4865-41e8-adbc-0c45bdd780db";
