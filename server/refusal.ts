/** A request that is refused for a reason that the caller should read. Becomes an RFC 9457 problem. */
export class Refusal extends Error {
  readonly status: number;
  readonly title: string;

  constructor(status: 400 | 403 | 404 | 409 | 422 | 503, title: string, detail: string) {
    super(detail);
    this.name = 'Refusal';
    this.status = status;
    this.title = title;
  }
}
