/** What a read shows of a value that it hides. @param visible the last characters of the value. */
export const masked = (visible: string) => `•••••${visible}`;
