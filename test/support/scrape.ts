/** What Prometheus would read of a running service. */

export type Scrape = {
  text: string;
  /** The value of one line, such as `profile_bff_sessions` or `name{label="value"}`. @returns 0 where there is none. */
  value(line: string): number;
  /** The names of all metrics, without `_bucket`, `_sum` and `_count`. */
  names: string[];
};

/** @param url of `/metrics`. */
export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`the scrape answered ${response.status}`);
  const text = await response.text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const values = new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
  return {
    text,
    value: (line) => values.get(line) ?? 0,
    names: [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name),
  };
}
