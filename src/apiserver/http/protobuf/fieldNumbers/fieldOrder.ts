/**
 * The fields of a package's messages as their protobuf numbers order them: the first is 1, each one after it has the next number, and
 * a number between them says where to go on. `...Name` stands for a message whose fields are, in JSON, those of the one it is in.
 */
export type FieldOrder = Readonly<Record<string, string>>;
