import * as z from "zod";

/** An e-mail address in lower case, so that two spellings of one address cannot belong to two accounts. */
export const email = z.email("must be an e-mail address").max(128).toLowerCase();
