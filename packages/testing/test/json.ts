/** The body of a response, as the shape a test expects: its assertions are the check. */
export async function json<Shape>(response: Response | Promise<Response>): Promise<Shape> {
  // The one place where tests believe a server about types.
  return (await (await response).json()) as Shape
}
