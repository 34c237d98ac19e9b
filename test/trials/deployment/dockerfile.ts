/** Runs what a Dockerfile says in plain folders: for machines without Docker and without images. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

type Instruction = { name: string; text: string };

/** What the last stage says of the container that is made of it. */
export type Image = {
  /** Stands for `/`. */
  root: string;
  workdir: string;
  user: string;
  command: string[];
  healthcheck: string[];
  environment: Record<string, string>;
};

const instructionsOf = (path: string): Instruction[] =>
  readFileSync(path, "utf8")
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ name: line.split(" ")[0] ?? "", text: line.slice(line.indexOf(" ") + 1) }));

/** Copies what `.dockerignore` leaves of a checkout: a list of what is let in, and then of what is not after all. */
function makeContext(checkout: string, context: string) {
  const lines = readFileSync(join(checkout, ".dockerignore"), "utf8").split("\n");
  const patterns = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (patterns[0] !== "*") throw new Error(".dockerignore does not begin with *.");
  mkdirSync(context, { recursive: true });
  for (const pattern of patterns.slice(1)) {
    const path = pattern.replace("!", "");
    if (pattern.startsWith("!")) cpSync(join(checkout, path), join(context, path), { recursive: true });
    else rmSync(join(context, path), { recursive: true, force: true });
  }
}

/**
 * Runs every stage in a folder of its own.
 * @param environment of the commands.
 * @returns what the last stage would be.
 * @throws {Error} for an instruction that it does not know, and for a command that fails.
 */
export function build(checkout: string, folder: string, environment: NodeJS.ProcessEnv): Image {
  const context = join(folder, "context");
  makeContext(checkout, context);
  const stages = new Map<string, string>();
  let image: Image = emptyImage(join(folder, "none"));
  for (const { name, text } of instructionsOf(join(checkout, "Dockerfile"))) {
    const place = join(image.root, image.workdir);
    if (name === "FROM") {
      const [, , stage = "last"] = text.split(" ");
      image = emptyImage(join(folder, stage));
      stages.set(stage, image.root);
    } else if (name === "WORKDIR") {
      image.workdir = text;
      mkdirSync(join(image.root, text), { recursive: true });
    } else if (name === "COPY") copy(text, { context, stages, place });
    else if (name === "RUN") {
      console.log(`run  ${text}`);
      execFileSync("sh", ["-c", text], { cwd: place, env: environment, stdio: "inherit" });
    } else setUp(image, { name, text });
  }
  return image;
}

const emptyImage = (root: string): Image => ({
  root,
  workdir: "/",
  user: "0:0",
  command: [],
  healthcheck: [],
  environment: {},
});

function copy(
  text: string,
  { context, stages, place }: { context: string; stages: Map<string, string>; place: string },
) {
  const words = text.split(" ");
  const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
  const paths = words.filter((word) => !word.startsWith("--"));
  const target = join(place, paths.at(-1) ?? "");
  const origin = from === undefined ? context : (stages.get(from) ?? "");
  for (const source of paths.slice(0, -1)) {
    const isFolder = paths.at(-1)?.endsWith("./") ?? false;
    const to = isFolder ? join(target, source.split("/").at(-1) ?? "") : target;
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(origin, source), to, { recursive: true });
  }
}

function setUp(image: Image, { name, text }: Instruction) {
  const listed = (list: string): string[] => JSON.parse(list);
  if (name === "USER") image.user = text;
  else if (name === "CMD") image.command = listed(text);
  else if (name === "HEALTHCHECK") image.healthcheck = listed(text.slice(text.indexOf("[")));
  else if (name === "ENV") {
    const [variable = "", value = ""] = text.split("=");
    image.environment[variable] = value;
  } else if (name !== "VOLUME" && name !== "EXPOSE") throw new Error(`The trial does not know ${name}.`);
}
