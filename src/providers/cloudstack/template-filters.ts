/**
 * Own templates first, since whose a template is only the filter says. `executable` and `selfexecutable` add what an
 * older or changed CloudStack may leave out of the others.
 */
export const FILTERS = ["self", "selfexecutable", "featured", "community", "sharedexecutable", "executable"] as const;
export type TemplateFilter = (typeof FILTERS)[number];
