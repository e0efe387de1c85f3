/** The cells of one line of a table (RFC 4180, without line breaks in cells); undefined where a quotation does not end. */
export function cellsOf(line: string, separator: string): string[] | undefined {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] !== '"') {
      const end = line.indexOf(separator, at);
      cells.push(line.slice(at, end < 0 ? undefined : end).trim());
      if (end < 0) break;
      at = end + 1;
      continue;
    }
    const quoted = /^"((?:[^"]|"")*)"/.exec(line.slice(at));
    if (quoted === null) return undefined;
    cells.push((quoted[1] ?? '').replaceAll('""', '"'));
    at += quoted[0].length;
    if (at >= line.length) break;
    if (line[at] !== separator) return undefined;
    at++;
  }
  return cells;
}

/** The separator that the heading of a table uses most. */
export function separatorOf(heading: string): string {
  const count = (separator: string) => heading.split(separator).length;
  return [',', ';', '\t'].toSorted((one, other) => count(other) - count(one))[0] ?? ',';
}
