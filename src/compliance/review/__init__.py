"""The review pages: what the register holds, shown and dealt with in a browser by those who may."""
