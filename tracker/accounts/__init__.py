"""People, the parties they act for, how they sign in, and the tokens their programs use."""
