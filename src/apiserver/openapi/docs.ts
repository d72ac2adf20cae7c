import { readGenerated } from '../../apimachinery/schema/schema.ts';

/** What upstream says of its types and their fields, by the name of the definition. */
export type Docs = Readonly<
  Record<string, { readonly description: string; readonly fields: Readonly<Record<string, string>> }>
>;

/** Read anew each time: documents are made seldom, and the texts are many. */
export const readDocs = (): Docs => readGenerated('docs.json') as Docs;
