/** Secrets for tests. None is used anywhere else. */
export const NEWEST = 'Zm3nQ8vT1rYw6Kc0xHj5Lp9sDf2gBa7eUi4oNtRy'
export const OLDER = 'q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZxCvBnM-_qw'
export const FOREIGN = 'g7H8j9K0l1Z2x3C4v5B6n7M8a9S0d1F2-_qWeRtY'
