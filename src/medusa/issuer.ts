import type { Services } from "../services.ts";

/** `iss` of the tokens that are issued here; also the URL under which Medusa's clients find everything. */
export const medusaIssuer = ({ config }: Pick<Services, "config">): string => `${config.publicUrl}/medusa`;
