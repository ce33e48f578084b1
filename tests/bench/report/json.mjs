// All of it, for programs.
export const toJson = (report) => `${JSON.stringify(report, undefined, 2)}\n`
