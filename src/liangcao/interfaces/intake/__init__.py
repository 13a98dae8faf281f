"""What people send as files: read into the inputs of actions, every problem with its sheet, row and column."""
