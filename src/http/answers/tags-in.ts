/** The tags of an `If-None-Match`. RFC 9110, 13.1.2: each is compared weakly, and any of them will do. */
export function tagsIn(ifNoneMatch: string | undefined): readonly string[] {
  return (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
}
