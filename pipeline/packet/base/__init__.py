"""What every step of a packet knows: its model and the plan of its pages."""
