// How the rows of `orders` are numbered (schema.ts). By itself, because the schema is drizzle's and is
// needed to make migrations, not to run.

/** `seq` = time of creation in milliseconds × this + a number within the millisecond. */
export const SEQ_PER_MILLISECOND = 1024;
