"""What discovery found, as a sheet that a seller prices the move from."""
