"""What workshops produced: recommendations, practices, their language versions, the links between them."""
